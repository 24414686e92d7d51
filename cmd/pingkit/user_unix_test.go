//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
)

// asUser runs cmd as another user where this one may do so.
func asUser(cmd *exec.Cmd, uid, gid uint32) {
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: gid}}
	}
}
