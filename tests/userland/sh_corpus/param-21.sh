HOME=/home/me; a=~; b=~/x:~/y; c=x~; echo $a $b $c
