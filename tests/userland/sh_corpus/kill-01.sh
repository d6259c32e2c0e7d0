kill -l 9; kill -l 15; kill -l 130; kill -0 $$; echo $?; kill -s 0 $$; echo $?
