set -C; echo a > f; echo b > f; echo $?; cat f; echo c >| f; cat f; set +C; echo d > f; cat f
