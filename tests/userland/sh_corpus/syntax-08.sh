# compare: stderr
case a in
