"""Image and video formats: their interfaces, what is embedded in a file, and the choice by a file's ending."""
