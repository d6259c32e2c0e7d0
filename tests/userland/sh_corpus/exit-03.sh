# compare: stderr
exit abc; echo no
