"""What is to be done: rows inserted in the transaction of the change, taken by `jobs`."""
