# compare: stderr
true < nofile; echo $?; { echo x; } < nofile; echo $?; (echo x) < nofile; echo $?
