"""The built-in executors: processes on this machine, or a Dask cluster."""
