package bus_test

import (
	"testing"

	"skerry/internal/bus"
)

func TestRingsThatNobodyTookBecomeOne(t *testing.T) {
	t.Parallel()
	b := bus.NewLocal()
	rings, stop := b.Listen("deliver")
	defer stop()
	for range 3 {
		b.Ring("deliver")
	}
	<-rings
	select {
	case <-rings:
		t.Error("a second wake-up came; want one for all rings")
	default:
	}
}

func TestEveryListenerOfABellIsWoken(t *testing.T) {
	t.Parallel()
	b := bus.NewLocal()
	one, stopOne := b.Listen("deliver")
	defer stopOne()
	two, stopTwo := b.Listen("deliver")
	defer stopTwo()
	other, stopOther := b.Listen("ingest")
	defer stopOther()
	b.Ring("deliver")
	<-one
	<-two
	select {
	case <-other:
		t.Error("another bell rang too")
	default:
	}
}

func TestStoppedListenerHearsNothing(t *testing.T) {
	t.Parallel()
	b := bus.NewLocal()
	rings, stop := b.Listen("deliver")
	stop()
	b.Ring("deliver")
	select {
	case <-rings:
		t.Error("a stopped listener was woken")
	default:
	}
}
