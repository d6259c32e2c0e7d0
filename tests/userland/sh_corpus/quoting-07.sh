echo "a\tb" 'a\tb' a\tb
