package config

import "testing"

func TestCacheDir(t *testing.T) {
	for _, test := range []struct{ home, xdg, want string }{
		{"/home/ada", "", "/home/ada/.cache/pingkit"},
		{"/", "", ""},
		{"", "", ""},
		{"/", "/cache", "/cache/pingkit"},
	} {
		t.Setenv("HOME", test.home)
		t.Setenv("XDG_CACHE_HOME", test.xdg)
		if got := CacheDir(); got != test.want {
			t.Errorf("HOME %q, XDG_CACHE_HOME %q: %q, want %q", test.home, test.xdg, got, test.want)
		}
	}
}
