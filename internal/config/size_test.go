package config

import "testing"

func TestMaxDownload(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, "500MB": 500_000_000, "1 gb": 1_000_000_000, "300MiB": 300 << 20, "2GiB": 2 << 30, "12345": 12345,
	} {
		if got := mustLoad(t, map[string]string{"PINGKIT_MAX_DOWNLOAD": text}).MaxDownload; got != want {
			t.Errorf("%q is %d bytes, want %d", text, got, want)
		}
	}
	if got := mustLoad(t, nil, "--max-download=1GB").MaxDownload; got != 1_000_000_000 {
		t.Errorf("the flag gives %d", got)
	}
	for _, text := range []string{"0", "-1MB", "MB", "1.5GB", "500KB", "lots", "9223372036854775807GB", "99999999999999999999"} {
		_, err := load(nil, environment(map[string]string{"PINGKIT_MAX_DOWNLOAD": text}), nil)
		wantProblems(t, err, "PINGKIT_MAX_DOWNLOAD", "500MB")
	}
}
