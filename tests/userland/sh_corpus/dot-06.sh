echo 'exit 4' > f; (. ./f; echo no); echo $?; echo 'break' > g; for i in 1 2; do . ./g; echo $i; done
