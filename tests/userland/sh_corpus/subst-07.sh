echo $(case a in a) echo matched;; esac) $(case b in (b) echo paren;; esac)
