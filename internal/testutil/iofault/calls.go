//go:build linux && (amd64 || arm64)

package iofault

import "golang.org/x/sys/unix"

// call is a system call that a fault may befall: of an open file, which is its
// first argument, or of a path, relative to a folder.
type call struct {
	name string
	at   bool
}

// calls are those by which Go's library and pingkit use a file system, by number.
var calls = map[int32]call{
	unix.SYS_OPENAT:     {"openat", true},
	unix.SYS_NEWFSTATAT: {"fstatat", true},
	unix.SYS_STATX:      {"statx", true},
	unix.SYS_READLINKAT: {"readlinkat", true},
	unix.SYS_FACCESSAT:  {"faccessat", true},
	unix.SYS_FACCESSAT2: {"faccessat2", true},
	unix.SYS_MKDIRAT:    {"mkdirat", true},
	unix.SYS_UNLINKAT:   {"unlinkat", true},
	unix.SYS_RENAMEAT:   {"renameat", true},
	unix.SYS_RENAMEAT2:  {"renameat2", true},
	unix.SYS_LINKAT:     {"linkat", true},
	unix.SYS_FCHMODAT:   {"fchmodat", true},
	unix.SYS_FCHMODAT2:  {"fchmodat2", true},

	unix.SYS_FSTAT:           {"fstat", false},
	unix.SYS_READ:            {"read", false},
	unix.SYS_PREAD64:         {"pread", false},
	unix.SYS_WRITE:           {"write", false},
	unix.SYS_PWRITE64:        {"pwrite", false},
	unix.SYS_LSEEK:           {"lseek", false},
	unix.SYS_FTRUNCATE:       {"ftruncate", false},
	unix.SYS_FCHMOD:          {"fchmod", false},
	unix.SYS_FSYNC:           {"fsync", false},
	unix.SYS_SYNC_FILE_RANGE: {"sync_file_range", false},
	unix.SYS_COPY_FILE_RANGE: {"copy_file_range", false},
	unix.SYS_GETDENTS64:      {"getdents", false},
	unix.SYS_FLOCK:           {"flock", false},
	unix.SYS_CLOSE:           {"close", false},
	unix.SYS_FSTATFS:         {"fstatfs", false},
}
