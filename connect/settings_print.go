package connect

import (
	"fmt"
	"log/slog"
)

// Settings print and log without their secrets, so that no verb and no logger
// can spill one.

// String returns the settings without their secrets.
func (s PingOneSettings) String() string {
	hide(&s.ClientSecret)
	s.CACertificates = nil
	type plain PingOneSettings
	return fmt.Sprintf("%+v", plain(s))
}

// GoString is String, for %#v.
func (s PingOneSettings) GoString() string { return s.String() }

// LogValue is String, for slog.
func (s PingOneSettings) LogValue() slog.Value { return slog.StringValue(s.String()) }

// String returns the settings without their secrets.
func (s PingCentralSettings) String() string {
	hide(&s.Password)
	hide(&s.Token)
	hide(&s.ClientSecret)
	s.CACertificates = nil
	type plain PingCentralSettings
	return fmt.Sprintf("%+v", plain(s))
}

// GoString is String, for %#v.
func (s PingCentralSettings) GoString() string { return s.String() }

// LogValue is String, for slog.
func (s PingCentralSettings) LogValue() slog.Value { return slog.StringValue(s.String()) }

func hide(secret *string) {
	if *secret != "" {
		*secret = redacted
	}
}
