# compare: stderr
{ echo a
