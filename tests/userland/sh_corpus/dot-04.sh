# compare: stderr
command . ./nofile; echo $?; . nosuchinpath; echo no
