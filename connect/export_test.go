package connect

// AnswersBound is what all answers of this process may hold together, in bytes.
const AnswersBound = answersLimit + callLimit

// NothingHeld reports that no answer is held in memory.
func NothingHeld() bool {
	if !answers.room.TryAcquire(answersLimit) {
		return false
	}
	answers.room.Release(answersLimit)
	if !answers.beyond.TryAcquire(1) {
		return false
	}
	answers.beyond.Release(1)
	return true
}
