case 5 in [[:digit:]]) echo d;; esac; case x in [[:alpha:][:digit:]]) echo a;; esac; case _ in [![:alnum:]]) echo other;; esac
