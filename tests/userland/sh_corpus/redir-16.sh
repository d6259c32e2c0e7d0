echo text <> rw; cat rw; echo new 1<> rw; cat rw
