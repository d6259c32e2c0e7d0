echo 'single $x `y` \n' "double \$x \`y\` \\ \"q\"" plain\ word
