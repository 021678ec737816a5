# Runs the design under Verilator on the events in stimulus.txt, and compares with expected.txt.
all: obj/bench
	obj/bench stimulus.txt response.txt
	sed 's/^0*\([0-9a-f]\)/\1/' response.txt > response.short
	sed 's/^0*\([0-9a-f]\)/\1/' expected.txt | cmp - response.short
	@echo "NAME agrees with its network on every event"

obj/bench: bench.cpp ../rtl/files.f
	verilator --cc --exe --build --prefix Vbench --top-module NAME_packed --Mdir obj -o bench \
	    -F ../rtl/files.f $(CURDIR)/bench.cpp

clean:
	rm -rf obj response.txt response.short

.PHONY: all clean
