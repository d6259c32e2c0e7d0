# compare: stderr
echo a
fi
