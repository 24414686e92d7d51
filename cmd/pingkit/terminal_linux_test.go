package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A person at a terminal is shown the plan and asked.
func TestTerminal(t *testing.T) {
	for name, test := range map[string]struct {
		environment []string
		args        []string
		prompt      string // wait for this
		typed       string // then type this
		want        int
		shows       []string
		hides       []string
		sent        int
	}{
		"no": {nil, []string{"app", "promote", "Payroll", "Test", "--no-redirect-uris"}, "Promote? [y/N] ", "n\n", exitRefused,
			[]string{`PROMOTE "Payroll"`, "declined; nothing was sent"}, nil, 0},
		"only enter": {nil, []string{"app", "promote", "Payroll", "Test", "--no-redirect-uris"}, "[y/N] ", "\n", exitRefused, []string{"declined"}, nil, 0},
		"end of input": {nil, []string{"app", "promote", "Payroll", "Test", "--no-redirect-uris"}, "[y/N] ", "\x04", exitRefused,
			[]string{"declined"}, nil, 0},
		"interrupt": {nil, []string{"app", "promote", "Payroll", "Test", "--no-redirect-uris"}, "[y/N] ", "\x03", exitInterrupted,
			[]string{"nothing was sent"}, nil, 0},
		"yes": {nil, []string{"app", "promote", "Payroll", "Test", "--redirect-uri", "https://pay.example.com/cb"}, "[y/N] ", "y\n", exitDone,
			[]string{`is promoted to "Test"`, `"by":"user","how":"terminal"`}, nil, 1},
		"shielded, yes": {nil, []string{"app", "promote", "Payroll", "PROD", "--no-redirect-uris"}, "Type its name to approve: ", "y\n", exitRefused,
			[]string{"SHIELDED", "declined"}, nil, 0},
		"shielded, its name": {nil, []string{"app", "promote", "Payroll", "PROD", "--redirect-uri", "https://pay.example.com/cb"},
			"Type its name to approve: ", "production\n", exitDone, []string{`is promoted to "Production"`}, nil, 1},
		"revert": {nil, []string{"app", "revert", "Payroll", "previous"}, "Revert? [y/N] ", "yes\n", exitDone, []string{"is reverted"}, nil, 0},
		"bar": {nil, []string{"pull", "PingID Integration Kit", "--dir", "kits"}, "", "", exitDone,
			[]string{"PingID Integration Kit-2.24.0", "[====", " kB of "}, []string{"fetched"}, 0},
		"no bar on a dumb terminal": {[]string{"TERM=dumb"}, []string{"pull", "PingID Integration Kit", "--dir", "kits"}, "", "", exitDone,
			[]string{"fetched PingID Integration Kit-2.24.0"}, []string{"[==", "\x1b["}, 0},
		"no colour on a dumb terminal": {[]string{"TERM=dumb"}, []string{"pull", "No Such Kit"}, "", "", exitNotFound, nil, []string{"\x1b["}, 0},
		"audit in a file alone": {nil, []string{"app", "promote", "Payroll", "Test", "--redirect-uri", "https://pay.example.com/cb", "--audit-file", "audit.log"}, "[y/N] ", "y\n", exitDone,
			[]string{`is promoted to "Test"`}, []string{`"phase"`}, 1},
		"colour":    {nil, []string{"pull", "No Such Kit"}, "", "", exitNotFound, []string{"\x1b[31mpingkit:\x1b[0m"}, nil, 0},
		"no colour": {[]string{"NO_COLOR=1"}, []string{"pull", "No Such Kit"}, "", "", exitNotFound, nil, []string{"\x1b["}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, environment := startSandbox(t)
			keyboard, terminal := openTerminal(t)
			cmd := pingkit(t, t.TempDir(), append(append(environment, "TERM=xterm"), test.environment...), test.args...)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
			cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true, Setctty: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			screen := watch(keyboard)
			if test.prompt != "" {
				screen.await(t, test.prompt)
				if _, err := keyboard.WriteString(test.typed); err != nil {
					t.Fatal(err)
				}
			}
			got := code(t, cmd.Wait())
			time.Sleep(50 * time.Millisecond) // what was written is still to be read
			shown := screen.String()
			if got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
			for _, text := range test.shows {
				if !strings.Contains(shown, text) {
					t.Errorf("the screen does not show %q", text)
				}
			}
			for _, text := range test.hides {
				if strings.Contains(shown, text) {
					t.Errorf("the screen shows %q", text)
				}
			}
			if sent := len(s.RequestsOf("promoteApplication")); sent != test.sent {
				t.Errorf("%d promotions were sent, want %d", sent, test.sent)
			}
			if t.Failed() {
				t.Logf("the screen:\n%s", shown)
			}
		})
	}
}

// openTerminal makes a pseudo-terminal: the end of the person and that of the
// program.
func openTerminal(t *testing.T) (person, program *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(int(program.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 160}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		program.Close()
		person.Close()
	})
	return person, program
}

// screen collects what a program shows.
type screen struct {
	mu    sync.Mutex
	shown bytes.Buffer
}

func watch(person *os.File) *screen {
	s := &screen{}
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := person.Read(buffer)
			s.mu.Lock()
			s.shown.Write(buffer[:n])
			s.mu.Unlock()
			if err != nil {
				return // the terminal was closed
			}
		}
	}()
	return s
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.String()
}

func (s *screen) await(t *testing.T, text string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if strings.Contains(s.String(), text) {
			return
		}
	}
	t.Fatalf("the screen does not show %q:\n%s", text, s)
}
