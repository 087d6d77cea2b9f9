import{pushBlob}from"./chunk-TJ6UB5EX.mjs";import"./chunk-EEFGKR7Q.mjs";import"./chunk-H6MGFKTE.mjs";import"./chunk-YT4JJS4X.mjs";export{pushBlob};
