for i in 1 2 3; do eval 'continue'; echo no; done; echo $i; for i in 1 2; do eval break; done; echo $i
