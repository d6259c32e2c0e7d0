echo "`echo "a b"`" "`echo \"c d\"`" `echo \\$HOME`
