trap 'echo int' INT; sh -c 'kill -INT $PPID'; echo $?; trap - INT; trap 'exit 9' TERM; kill $$; echo no
