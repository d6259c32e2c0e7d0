for i in if then do; do echo $i; done; case for in for) echo ok;; esac; x=if; echo $x
