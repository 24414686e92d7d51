//go:build linux && (amd64 || arm64)

// Package iofault makes chosen file-system calls of a child process fail. Only
// tests import it.
//
// The kernel reports each call of the child to this process (seccomp user
// notification), which lets it pass or answers it with an error. So a test can
// count the calls and fail each one in turn, without other programs or special
// rights.
package iofault

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// launcher is the variable that makes a test binary the launcher of a child.
const launcher = "PINGKIT_TEST_IOFAULT_LAUNCHER"

// listenerSocket is the file descriptor by which the launcher hands over the
// listener of its calls.
const listenerSocket = 3

// Launch belongs at the start of TestMain. In a process that [Fault.Start]
// started it installs the filter and becomes the child; elsewhere it returns.
func Launch() {
	program := os.Getenv(launcher)
	if program == "" {
		return
	}
	fmt.Fprintln(os.Stderr, "launching the child failed:", becomeChild(program))
	os.Exit(125)
}

// Fault is an error that calls of a child answer with.
type Fault struct {
	Below string        // only calls that concern files below this directory count
	Only  []string      // only calls of these names count, such as "fchmod"; empty: all
	At    int           // the call that fails, from 1; 0: none
	On    bool          // all calls after it fail as well
	Errno syscall.Errno // what they fail with
}

// Watch is the record of a child's calls.
type Watch struct {
	fault  Fault
	listen int
	done   chan struct{}

	mu     sync.Mutex
	calls  int
	failed []string
	err    error
}

// Start starts cmd with the fault. After cmd.Wait the caller asks [Watch.End].
func (f Fault) Start(cmd *exec.Cmd) (*Watch, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	theirs := os.NewFile(uintptr(pair[1]), "launcher")
	defer unix.Close(pair[0])
	defer theirs.Close()
	if cmd.Err != nil {
		return nil, cmd.Err
	}
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, launcher+"="+cmd.Path)
	cmd.Path = self
	cmd.ExtraFiles = []*os.File{theirs}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if err := theirs.Close(); err != nil {
		return nil, err
	}
	listen, err := receive(pair[0])
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the launcher sent no listener: %w", err), cmd.Process.Kill())
	}
	w := &Watch{fault: f, listen: listen, done: make(chan struct{})}
	go w.serve()
	return w, nil
}

// End returns how many calls concerned the directory, and which were failed. The
// child must have ended.
func (w *Watch) End() (calls int, failed []string, err error) {
	<-w.done
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls, w.failed, w.err
}

// becomeChild replaces this process by the program, whose calls are reported.
func becomeChild(program string) error {
	if err := os.Unsetenv(launcher); err != nil {
		return err
	}
	runtime.LockOSThread() // the filter is that of a thread, which execve keeps
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := filterOf(calls)
	argument := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	listen, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, uintptr(unsafe.Pointer(&argument)))
	if errno != 0 {
		return errno
	}
	if err := unix.Sendmsg(listenerSocket, []byte{0}, unix.UnixRights(int(listen)), nil, 0); err != nil {
		return err
	}
	unix.CloseOnExec(listenerSocket)
	return syscall.Exec(program, os.Args, os.Environ())
}

// filterOf reports the calls of the table and allows all others.
func filterOf(calls map[int32]call) []unix.SockFilter {
	filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}} // seccomp_data.nr
	for nr := range calls {
		filter = append(filter,
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: uint32(nr), Jf: 1},
			unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF})
	}
	return append(filter, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW})
}

func receive(socket int) (int, error) {
	rights := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(socket, make([]byte, 1), rights, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return 0, err
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil {
		return 0, err
	}
	if len(messages) != 1 {
		return 0, io.ErrUnexpectedEOF
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return 0, errors.Join(io.ErrUnexpectedEOF, err)
	}
	return fds[0], nil
}

// notice and reply are struct seccomp_notif and struct seccomp_notif_resp.
type notice struct {
	id         uint64
	pid, flags uint32
	nr         int32
	arch       uint32
	ip         uint64
	args       [6]uint64
}

type reply struct {
	id    uint64
	val   int64
	errno int32
	flags uint32
}

// serve answers until no process is left that has the filter.
func (w *Watch) serve() {
	defer close(w.done)
	defer unix.Close(w.listen)
	for {
		poll := []unix.PollFd{{Fd: int32(w.listen), Events: unix.POLLIN}}
		if _, err := unix.Poll(poll, -1); err != nil && err != unix.EINTR {
			w.err = err
			return
		}
		if poll[0].Revents&unix.POLLIN == 0 {
			if poll[0].Revents != 0 {
				return
			}
			continue
		}
		var n notice
		switch errno := ioctl(w.listen, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)); errno {
		case 0:
		case unix.ENOENT, unix.EINTR: // its thread has ended, or a signal came
			continue
		default:
			w.err = errno
			return
		}
		answer := reply{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
		if w.fails(n) {
			answer = reply{id: n.id, errno: -int32(w.fault.Errno)}
		}
		if errno := ioctl(w.listen, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&answer)); errno != 0 && errno != unix.ENOENT {
			w.err = errno
			return
		}
	}
}

// fails counts a call and decides about it.
func (w *Watch) fails(n notice) bool {
	c := calls[n.nr]
	path, ok := c.concerns(n)
	if !ok || path != w.fault.Below && !strings.HasPrefix(path, w.fault.Below+"/") {
		return false
	}
	if len(w.fault.Only) > 0 && !slices.Contains(w.fault.Only, c.name) {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls++
	if w.fault.At == 0 || w.calls < w.fault.At || w.calls > w.fault.At && !w.fault.On {
		return false
	}
	w.failed = append(w.failed, c.name+" "+strings.TrimPrefix(path, w.fault.Below))
	return true
}

// concerns returns the path that a call is about.
func (c call) concerns(n notice) (path string, ok bool) {
	process := fmt.Sprintf("/proc/%d/", n.pid)
	if !c.at {
		path, err := os.Readlink(fmt.Sprint(process, "fd/", int32(n.args[0])))
		return path, err == nil
	}
	name, err := textOf(process+"mem", n.args[1])
	if err != nil {
		return "", false
	}
	if filepath.IsAbs(name) {
		return filepath.Clean(name), true
	}
	dir := "cwd"
	if fd := int32(n.args[0]); fd != unix.AT_FDCWD {
		dir = fmt.Sprint("fd/", fd)
	}
	base, err := os.Readlink(process + dir)
	return filepath.Join(base, name), err == nil
}

// textOf reads a C string of the child.
func textOf(memory string, address uint64) (string, error) {
	f, err := os.Open(memory)
	if err != nil {
		return "", err
	}
	defer f.Close()
	buffer := make([]byte, unix.PathMax)
	n, err := f.ReadAt(buffer, int64(address))
	text, _, found := strings.Cut(string(buffer[:n]), "\x00")
	if !found {
		return "", errors.Join(io.ErrUnexpectedEOF, err)
	}
	return text, nil
}

func ioctl(fd int, request uint, argument unsafe.Pointer) syscall.Errno {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(request), uintptr(argument))
	return errno
}
