HOME=/home/me; echo ~ ~/x "~" '~' \~ a~ x=~ ${u-~} "${u-~}"
