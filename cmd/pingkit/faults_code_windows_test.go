package main

import "os"

func shellCode(state *os.ProcessState) int { return state.ExitCode() }
