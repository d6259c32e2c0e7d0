# compare: stderr
exec nosuchcommand; echo no
