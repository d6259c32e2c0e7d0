for i in 1 2 3; do echo $i; done > out; cat out; while read l; do echo "got $l"; done < out
