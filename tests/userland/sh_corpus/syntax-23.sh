if true
then
echo newline style
fi
for i in a b
do
echo $i
done
while false
do :
done
case x in
x)
echo x
;;
esac
