# compare: stderr
kill -0 999999; echo $?; kill abc; echo $?; kill %9; echo $?
