"""Image and video formats: interfaces, embedded data, the choice by file name."""
