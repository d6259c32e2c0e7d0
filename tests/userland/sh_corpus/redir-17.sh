echo a b > "file name"; cat "file name"; n=file2; echo c > $n; cat $n; cat <$n >&1
