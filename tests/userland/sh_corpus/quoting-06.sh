echo \# not a comment # a comment
echo a#b
