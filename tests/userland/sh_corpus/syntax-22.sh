echo ok; # comment at end
: # another
echo "a" # c
# only comment
