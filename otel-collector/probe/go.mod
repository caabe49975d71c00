module bellwether/probe

go 1.26
