package httptransport

import (
	"strings"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
)

// TestQuota has room for one kit, and not for all that is in it.
func TestQuota(t *testing.T) {
	t.Parallel()
	_, d := systems(t)
	b := startWith(t, Options{}, d)
	c := b.as("", modern)
	first := c.download(pingID)
	if first.failure != "" {
		t.Fatal(first.failure)
	}
	d.Kits.Quota = download.NewQuota(d.Kits.Dir, 0, first.Bytes+1000)
	const full = "download directory is full"
	if kit := c.download(`{"integration":"PingID Integration Kit","version":"2.12.0"}`); !strings.Contains(kit.failure, full) {
		t.Errorf("a second kit: %+v", kit)
	}
	if kit := c.download(pingID); kit.failure != "" {
		t.Errorf("the kit that is there: %s", kit.failure)
	}
	if kit := c.download(`{"integration":"PingID Integration Kit","extract":true}`); !strings.Contains(kit.failure, full) {
		t.Errorf("unpacking: %+v", kit)
	}
	d.Kits.Quota = download.NewQuota(d.Kits.Dir, 0, 100*first.Bytes)
	if kit := c.download(`{"integration":"PingID Integration Kit","extract":true}`); kit.failure != "" {
		t.Errorf("unpacking with room: %s", kit.failure)
	}
}

// TestDownloadsAtOnce has one more than may run.
func TestDownloadsAtOnce(t *testing.T) {
	t.Parallel()
	box, d := systems(t)
	d.Kits.Quota = download.NewQuota(d.Kits.Dir, 1, 0)
	b := startWith(t, Options{}, d)
	box.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: 40_000})
	begun := make(chan struct{})
	slow := make(chan string, 1)
	c := b.as("", modern)
	request := c.request(t.Context(), "tools/call", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":`+
		c.params(`{"name":"download_asset","arguments":`+pingID+`,"_meta":{"progressToken":1}}`)+`}`)
	go func() {
		response, err := b.client.Do(request)
		if err != nil {
			slow <- err.Error()
			return
		}
		first := true
		b.events(response, func(e event) {
			switch {
			case e.Method != "" && first:
				first = false
				close(begun)
			case e.Method == "":
				slow <- e.Result.Content[0].Text
			}
		})
	}()
	await(t, begun, "the download does not begin")
	if kit := c.download(`{"integration":"PingID Integration Kit","version":"2.12.0"}`); !strings.Contains(kit.failure, "too many downloads") {
		t.Errorf("one more download: %+v", kit)
	}
	if text := await(t, slow, "the download does not end"); !strings.Contains(text, "2.24.0") {
		t.Errorf("the first download: %s", text)
	}
	box.ClearFaults()
	if kit := c.download(`{"integration":"PingID Integration Kit","version":"2.12.0"}`); kit.failure != "" {
		t.Errorf("afterwards: %s", kit.failure)
	}
}
