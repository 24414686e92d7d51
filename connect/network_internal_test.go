package connect

import (
	"testing"
	"time"
)

// TestNetworkSettings looks at the connections that a client's options lead to.
func TestNetworkSettings(t *testing.T) {
	settings := PingOneSettings{ClientID: "a", ClientSecret: "long-enough", EnvironmentID: "e"}
	for name, test := range map[string]struct {
		options            []Option
		api, storage, idle time.Duration
	}{
		"defaults":          {nil, 20 * time.Second, 2 * time.Minute, 90 * time.Second},
		"both timeouts":     {[]Option{WithResponseTimeout(3*time.Second, 7*time.Minute)}, 3 * time.Second, 7 * time.Minute, 90 * time.Second},
		"storage alone":     {[]Option{WithResponseTimeout(0, time.Hour)}, 20 * time.Second, time.Hour, 90 * time.Second},
		"idle":              {[]Option{WithIdleTimeout(5 * time.Second)}, 20 * time.Second, 2 * time.Minute, 5 * time.Second},
		"zero keeps a time": {[]Option{WithResponseTimeout(0, 0), WithIdleTimeout(0)}, 20 * time.Second, 2 * time.Minute, 90 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := NewPingOne(settings, test.options...)
			if err != nil {
				t.Fatal(err)
			}
			api, storage := client.networks[0], client.networks[1]
			if api.ResponseHeaderTimeout != test.api || storage.ResponseHeaderTimeout != test.storage || api.IdleConnTimeout != test.idle || storage.IdleConnTimeout != test.idle {
				t.Errorf("got %s and %s, idle %s and %s", api.ResponseHeaderTimeout, storage.ResponseHeaderTimeout, api.IdleConnTimeout, storage.IdleConnTimeout)
			}
			// The watch over each read must not end it sooner.
			for system, layer := range map[*caller]time.Duration{client.api: test.api, client.storage: test.storage} {
				next := system.next.(*retrier).next
				if login, ok := next.(*authorizer); ok {
					next = login.next
				}
				if head := next.(*watch).head; head != layer {
					t.Errorf("%s: the watch waits %s, want %s", system.system, head, layer)
				}
			}
			central, err := NewPingCentral(PingCentralSettings{URL: "https://c.example", TokenURL: "https://op.example/token", ClientID: "a", ClientSecret: "long-enough"}, test.options...)
			if err != nil {
				t.Fatal(err)
			}
			if promotes, signsIn := central.networks[0], central.networks[1]; promotes.ResponseHeaderTimeout != 0 || signsIn.ResponseHeaderTimeout != test.api || promotes.IdleConnTimeout != test.idle {
				t.Errorf("PingCentral: %s and %s, idle %s", promotes.ResponseHeaderTimeout, signsIn.ResponseHeaderTimeout, promotes.IdleConnTimeout)
			}
		})
	}
}
