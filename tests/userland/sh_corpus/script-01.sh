set -- one "two three" four
n=0
for arg
do
  n=$((n + 1))
  case $arg in
    *" "*) echo "$n: has a space" ;;
    t*|o*) echo "$n: starts with t or o" ;;
    *) echo "$n: other" ;;
  esac
done
