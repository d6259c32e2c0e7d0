IFS=x; v=axbxxc; echo $v; set -- $v; echo $#
