true;
false
echo $?;true&&echo x;(echo y);echo z
