# compare: stderr
eval 'if'; echo no
