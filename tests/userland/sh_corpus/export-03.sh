# compare: stderr
export 1a=2; echo no
